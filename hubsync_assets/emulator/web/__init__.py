"""The page that people look at. Everything it loads comes from here, so that it works without internet."""
