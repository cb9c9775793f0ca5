"""The pages: each view asks one discovery function and fills one template. Sentences come from `accessviz.present`."""
