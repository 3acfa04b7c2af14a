#!/bin/bash
exec "$(dirname "$0")/tools/run.sh" review "$@"
