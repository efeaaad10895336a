"""Store, close, protect and publish the yearly inventory; knows nothing of the web."""
