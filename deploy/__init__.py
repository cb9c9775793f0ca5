"""Everything that runs the product or the servers beside it: images, compose, native servers."""
