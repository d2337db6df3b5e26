#!/usr/bin/env bash
# What a CI job runs: one scan with every output that CI servers read. Settings
# come from the environment, so that no value is ever read as shell.
#
#   DAYLIGHT_BINARY    the program (default: daylight)
#   DAYLIGHT_PATH      what to scan (default: .)
#   DAYLIGHT_OUT       folder for the outputs (default: daylight-report)
#   DAYLIGHT_BASELINE  an earlier inventory; passed by if it is not there yet
#   DAYLIGHT_SINCE     revision of git that the baseline is of: only what has changed is read
#   DAYLIGHT_KEEP      "true": keep what was gathered, so that DAYLIGHT_SINCE can go on from it
#   DAYLIGHT_FAIL_ON   gates, one a line
#   DAYLIGHT_CONFIG, DAYLIGHT_APPROVED   files of the organisation
#   DAYLIGHT_NO_REPO_CONFIG   "true": heed nothing that the tree says
#
# Ends as the scan did: 0 done, 1 a gate said no, 2 usage, 3 failed, 4 incomplete.
set -uo pipefail

out="${DAYLIGHT_OUT:-daylight-report}"
mkdir -p "$out" || exit 3

arguments=(scan "${DAYLIGHT_PATH:-.}" --exclude "/${out#./}/"
  -o "json=$out/daylight.json"
  -o "cyclonedx=$out/daylight.cdx.json"
  -o "sarif=$out/daylight.sarif"
  -o "junit=$out/daylight-junit.xml"
  -o "markdown=$out/daylight.md")
if [[ -n "${DAYLIGHT_BASELINE:-}" ]]; then
  if [[ -f "$DAYLIGHT_BASELINE" ]]; then
    arguments+=(--baseline "$DAYLIGHT_BASELINE")
    [[ -n "${DAYLIGHT_SINCE:-}" ]] && arguments+=(--since "$DAYLIGHT_SINCE")
  else
    echo "no baseline at $DAYLIGHT_BASELINE yet: nothing can be new" >&2
  fi
fi
if [[ "${DAYLIGHT_KEEP:-}" == "true" && " ${arguments[*]} " != *" --since "* ]]; then
  arguments+=(--shard 1/1)
fi
[[ -n "${DAYLIGHT_CONFIG:-}" ]] && arguments+=(--config "$DAYLIGHT_CONFIG")
[[ -n "${DAYLIGHT_APPROVED:-}" ]] && arguments+=(--approved "$DAYLIGHT_APPROVED")
[[ "${DAYLIGHT_NO_REPO_CONFIG:-}" == "true" ]] && arguments+=(--no-repo-config)
while IFS= read -r gate; do
  gate="${gate#"${gate%%[![:space:]]*}"}"
  gate="${gate%"${gate##*[![:space:]]}"}"
  [[ -z "$gate" ]] && continue
  # without a baseline, a gate that asks for one cannot be judged
  if [[ " $gate " == *" new "* && " ${arguments[*]} " != *" --baseline "* ]]; then
    echo "gate \`$gate\` waits for a baseline" >&2
    continue
  fi
  arguments+=(--fail-on "$gate")
done <<< "${DAYLIGHT_FAIL_ON:-}"

"${DAYLIGHT_BINARY:-daylight}" "${arguments[@]}"
code=$?

if [[ -n "${GITHUB_STEP_SUMMARY:-}" && -f "$out/daylight.md" ]]; then
  cat "$out/daylight.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
  {
    echo "exit-code=$code"
    echo "inventory=$out/daylight.json"
    echo "sbom=$out/daylight.cdx.json"
    echo "sarif=$out/daylight.sarif"
    echo "junit=$out/daylight-junit.xml"
    echo "comment=$out/daylight.md"
  } >> "$GITHUB_OUTPUT"
fi
exit "$code"
