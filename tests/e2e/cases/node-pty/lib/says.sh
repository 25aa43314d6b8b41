#!/bin/sh
echo "$1 of $(basename "$0")"
