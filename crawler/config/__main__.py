"""`python -m crawler.config` writes the JSON Schema of sources.toml."""

import json
import sys

from crawler.config.schema import schema

sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
