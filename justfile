# The words a developer types. Each recipe is one line and runs without `just` too.

# What CI runs
check:
  .ci/run

# All tests, or those whose name holds a word: `just test gate`
test *NAME:
  cargo test --locked {{NAME}}

# Write golden files anew; read the diff before you commit it
bless:
  DAYLIGHT_BLESS=1 cargo test --locked

# What needs tools besides cargo: dependencies, licences, spelling
audit:
  cargo deny check && typos

# Programs that read our formats judge them, for our trees and those named
conform *TREE:
  tests/conformance/run {{TREE}}

# Real packages, programs and models against the list of what is in them; takes minutes
long *WORD:
  tests/long/run {{WORD}}
