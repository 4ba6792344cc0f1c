"""Inference on onnxruntime; nothing here imports torch."""
