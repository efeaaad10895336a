#!/usr/bin/env bash
# Sees to it that a Chromium is there for the browser tests: the system's, from apt as
# root or through sudo, else Playwright's own. Fails loudly when none can be had.
set -euo pipefail
playwright=$1
# The shell has no windows to paint, which takes a fifth of the work away.
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if command -v apt-get >/dev/null; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  if [ -z "$sudo" ] || sudo -n true 2>/dev/null; then
    $sudo apt-get update -qq || true
    for name in chromium-headless-shell chromium; do
      $sudo apt-get install -y -qq --no-install-recommends "$name" && exit 0
    done
  fi
fi
"$playwright" install chromium || {
  echo "No Chromium: install it (Debian: apt-get install chromium) and run make test again." >&2
  exit 1
}
