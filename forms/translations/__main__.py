"""`python -m forms.translations [update]`: compile the catalogue, after merging if asked to."""

from __future__ import annotations

import sys

from forms.translations.catalogue import compile_catalogues, update

if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        for sentence in update():
            sys.stdout.write(f"Needs its English: {sentence}\n")
    compile_catalogues()
