"""A field of a contact: what its declaration may say, and what every kind can do with its values.

Put here: what all kinds share, and the defaults that most of them keep. Keep out: what one kind does (its module), and several records of a
contact (``contacts``).
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

import polars as pl
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key
from pydantic.json_schema import SkipJsonSchema

from hubsync_assets.errors import PermanentError
from hubsync_assets.kinds.cleaning import clean_text, null_words
from hubsync_assets.kinds.policies import Keep, Rule, Write
from hubsync_assets.kinds.property import Declared, Option, Property, Target, names_and_forms
from hubsync_assets.kinds.reading import Conventions, Read

__all__ = ["KIND_KEY", "TEXT_TYPES", "Dtype", "Field"]

Dtype = pl.DataType | type[pl.DataType]

TEXT_TYPES = frozenset({"string", "phone_number", "enumeration"})
"""The types of HubSpot property that take text; an enumeration is asked contact by contact."""

KIND_KEY = Key(description="What sort of value the field holds.")

_AS_IS = "as_is"


class Field(BaseModel):
    """One field of a contact.

    Subclasses say what differs: the class attributes, ``_read``, ``written`` and ``same``.

    Attributes:
        dtype: polars dtype of the canonical value.
        given: dtypes that ``read`` takes.
        unfit: what is said of a value that does not fit.
        rules: the survivorship rules that make sense.
        forms: the forms in which a value can be written, the usual one first.
        taken: the types of HubSpot property that take what is written.
        made: type and field type of a property that is created for it.
        plain: a JSON number is read as its plain digits.
        takes_lists: a JSON list is a value, and comes as its JSON text.
        needs_region: what is written depends on a country.
        options_seen: a property that is created for it gets the values that are sent as options, too, where ``sendable`` does not list
            them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    dtype: ClassVar[Dtype] = pl.String
    given: ClassVar[tuple[Dtype, ...]] = (pl.String,)
    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.FIRST, Rule.NEWEST, Rule.MAX, Rule.MIN})
    forms: ClassVar[tuple[str, ...]] = (_AS_IS,)
    taken: ClassVar[frozenset[str]] = TEXT_TYPES
    made: ClassVar[tuple[str, str]] = ("string", "text")
    plain: ClassVar[bool] = False
    takes_lists: ClassVar[bool] = False
    needs_region: ClassVar[bool] = False
    options_seen: ClassVar[bool] = False

    name: SkipJsonSchema[str] = ""
    kind: str
    property_: Annotated[
        Declared | None,
        Key(
            alias="property",
            description="The HubSpot property: its name; {name, label}; two names; or each name with its form. Left out: the field's "
            "name. null: the field is used and never sent.",
        ),
    ] = None
    keep: Annotated[Keep, Key(description="Which of several values is kept: a rule, or {rule, by, order}.")] = Keep()
    write: Annotated[Write, Key(description="How HubSpot is written: a word, or {how, edited}.")] = Write()
    default: Annotated[
        str | bool | int | float | None,
        Key(description="The value where every record says that the field is empty."),
    ] = None

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit, without the value."""
        return "does not fit"

    def suspicion(self, how: Conventions) -> tuple[str, str] | None:
        """A pattern of values that do not fit, and what should be declared if many are like it; None: there is no such."""
        del how
        return None

    @property
    def rule(self) -> Rule:
        """The survivorship rule."""
        return self.keep.rule

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The properties that the field is written to, each with its form; none where it is never sent."""
        if self.property_ is None:
            return () if "property_" in self.model_fields_set else (self._target(self.name, self.forms[0]),)
        named = names_and_forms(self.property_, self.forms[0])
        return tuple(replace(self._target(it.name, it.form, it.label), goes_along=it.goes_along) for it in named)

    @property
    def properties(self) -> tuple[Property, ...]:
        """The properties that the field is written to."""
        return tuple(target.property for target in self.targets)

    @property
    def has_rest(self) -> bool:
        """Whether the first property takes the first word of the value, and the second one the rest."""
        return False

    @property
    def default_value(self) -> Any:  # noqa: ANN401 - of the kind's dtype
        """The default in canonical form; None where there is none, or where it does not fit."""
        if self.default is None:
            return None
        text = str(self.default).lower() if isinstance(self.default, bool) else str(self.default)
        return self.read(pl.Series([text], dtype=pl.String), Conventions()).values[0]

    def read(self, given: pl.Series, how: Conventions) -> Read:
        """Read a column.

        Args:
            given: One of the dtypes of ``given``.
            how: How its source writes values.
        """
        values, bad = self._read(given, how)
        if bad is None:
            return Read(values)
        wrong = bad.arg_true()
        if wrong.is_empty() or given.dtype != pl.String:
            return Read(values, bad)
        # A null word fits no kind but text, and is no fault.
        empty, unknown = null_words(clean_text(given.gather(wrong)), how)
        if empty.len() or unknown.len():
            bad = bad.clone().scatter(wrong.gather(pl.concat([empty, unknown])), values=False)
        return Read(values, bad, wrong.gather(unknown))

    def text(self, value: pl.Expr) -> pl.Expr:
        """Canonical values as people read them (String); null stays null."""
        return value.cast(pl.String)

    def to_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """A canonical value as JSON has it."""
        return value

    def of_log(self, value: Any) -> Any:  # noqa: ANN401 - of the kind's dtype
        """The canonical value of what ``to_log`` gave; the same that ``from_log`` does for a column."""
        return value

    @property
    def logged(self) -> Dtype:
        """The dtype of what ``to_log`` gives."""
        return self.dtype

    def from_log(self, value: pl.Expr) -> pl.Expr:
        """What ``to_log`` gave, in the canonical dtype."""
        return value

    def write_into(self, properties: dict[str, str], value: Any, region: str | None) -> None:  # noqa: ANN401 - of the kind's dtype
        """Put a value into ``properties`` in HubSpot's form.

        Args:
            properties: By name, as they will be sent.
            value: Canonical.
            region: ISO code of the country that a phone belongs to.

        Raises:
            PermanentError: The value is of another type.
        """
        del region
        for target in self.targets:
            properties[target.property.name] = self.written(value, target.form)

    def clear(self, properties: dict[str, str]) -> None:
        """Put into ``properties`` what makes the field empty in HubSpot."""
        for target in self.targets:
            properties[target.property.name] = ""

    def written(self, value: Any, form: str) -> str:  # noqa: ANN401 - of the kind's dtype
        """A canonical value in one of the kind's forms.

        Raises:
            PermanentError: The value is of another type.
        """
        del form
        if not isinstance(value, str):
            raise self.wrong_type(value, "text")
        return value

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """Whether two texts are one value of a property of this type; neither is empty, and they differ."""
        del ours, theirs, type_
        return False

    def means(self, ours: str, theirs: str, type_: str) -> bool:
        """Whether somebody who reads ``theirs`` reads what ``ours`` says, so that writing it would change nothing; neither is empty.

        It is wider than ``same``, which asks whether HubSpot took what was sent.
        """
        return ours.strip() == theirs.strip() or self.same(ours, theirs, type_)

    def sendable(self, form: str) -> frozenset[str] | None:
        """All texts that the field can send in this form (of a list: each element's); None: nobody knows them beforehand."""
        del form
        return None

    def options(self) -> tuple[Option, ...]:
        """The options of a property that is created for it."""
        return ()

    def wrong_type(self, value: object, wanted: str) -> PermanentError:
        """The error for a value that is not of the kind's dtype; it does not show the value."""
        return PermanentError(f"the field {self.name} holds a {type(value).__name__} where a {wanted} belongs")

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with the declaration beyond its types: the key it stands under, and the words."""
        if self.rule not in self.rules:
            allowed = ", ".join(rule.value for rule in Rule if rule in self.rules)
            yield "keep", f"'{self.rule.value}' is no rule for kind {self.kind}: use one of {allowed}"
        own = list(self._faults())
        yield from own
        # A kind whose own keys are wrong may not be able to read.
        if self.default is not None and not own and self.default_value is None:
            yield "default", f"'{self.default}' is no {self.kind} ({self.unfit})"
        for target in self.targets:
            if target.form not in self.forms:
                yield "property", f"'{target.form}' is no form of kind {self.kind}: use one of {', '.join(self.forms)}"
        if isinstance(self.property_, tuple) and not self.has_rest:
            yield "property", "two properties need form: first_word_and_rest, or a form each"

    def _faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with the kind's own keys."""
        return ()

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        """The values, and which texts do not fit (Boolean, null words among them; None: all do)."""
        del how
        return clean_text(given), None

    def _target(self, name: str, form: str, label: str | None = None) -> Target:
        type_, field_type = self.made
        label = label or name.replace("_", " ").capitalize()
        return Target(Property(name, label, type_, field_type, self.options()), form)
