"""The examinations of `./presently doctor`, one module for each part."""
