"""From words to readable Korean: the glossary."""
