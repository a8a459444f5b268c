"""This program's version: monitor and dashboard must be the same."""

VERSION = "0.1.0"
