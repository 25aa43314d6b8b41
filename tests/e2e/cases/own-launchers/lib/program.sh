#!/bin/sh
echo "a program: $1"
