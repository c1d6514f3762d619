"""The pages of docs/guide: each block of code must print what stands below it."""
