#!/bin/sh
# run.sh SCRIPT PROGRAM [options of the script]: finds a Node to compare with; exit code 77 when there is none.
# INGOT_TEMPLATE_NODE names it, else the one on PATH is taken if it is new enough.
here=$(dirname "$0")
node=${INGOT_TEMPLATE_NODE:-node}
major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || major=0
if [ "$major" -lt 22 ]; then
  echo "SKIPPED: no Node 22 or later (set INGOT_TEMPLATE_NODE to the template's)"
  exit 77
fi
script=$1
shift
exec "$node" --expose-internals --experimental-import-meta-resolve --no-warnings "$here/$script" "$@"
