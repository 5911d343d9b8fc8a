-- Columns that are called otherwise get the names of fields here.
select customer_id, address as email, name, country, phone, company as company_name, mrr
from customers
