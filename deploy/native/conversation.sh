# Texting the platform, and following what becomes of a text.
# shellcheck shell=bash
