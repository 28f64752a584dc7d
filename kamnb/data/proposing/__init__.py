"""A kamnb.toml proposed for a folder of files that nobody prepared: by rules, each line with its reason."""
