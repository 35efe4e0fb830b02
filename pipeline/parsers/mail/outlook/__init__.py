"""MAPI properties and how Outlook packs them."""
