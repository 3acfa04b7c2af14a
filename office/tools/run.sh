#!/bin/bash
# Runs one command of the portal for a double click on macOS, and keeps the window open. Sets itself up when needed.
cd "$(dirname "$0")/../.." || exit 1
root="$PWD"
verb="$1"
shift

finish() {
  echo
  if [ "$1" -eq 0 ]; then echo "✓ 完成。 Done."; else echo "✗ 没有完成，请看上面的说明。 Not done: see above."; fi
  [ -t 0 ] && read -r -n 1 -p "按任意键关闭窗口。 Press any key to close. "
  exit "$1"
}

prepare() {
  for python in python3.14 python3.13 python3.12 python3.11 python3; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
    python=""
  done
  if [ -z "$python" ]; then
    echo "这台电脑没有 Python 3.11 或更新的版本，请先安装：https://www.python.org/downloads/"
    echo "Python 3.11 or newer is missing; install it first from the address above."
    return 1
  fi
  "$python" scripts/set_up.py
}

prepare || finish 1
export NO_MKDOCS_2_WARNING=1
portal="$root/.venv/bin/ipportal"
case "$verb" in
  export | return)
    mkdir -p workbooks && cd workbooks && "$portal" workbook "$verb" --root "$root"
    status=$?
    [ -t 0 ] && [ $status -eq 0 ] && command -v open >/dev/null && open .
    ;;
  import)
    "$portal" workbook import "$@"
    status=$?
    ;;
  preview | drop)
    page=""
    [ "$verb" = drop ] && page="__office/zh"
    if [ -t 0 ] && command -v open >/dev/null; then (sleep 8; open "http://127.0.0.1:8000/$page") & fi
    "$portal" serve "$@"
    status=$?
    ;;
  official)
    "$portal" release --all && "$portal" build --official
    status=$?
    ;;
  *)
    "$portal" "$verb" "$@"
    status=$?
    ;;
esac
finish "$status"
