"""The structure of PDF pages: read by liteparse, mended, and put together over all pages."""
