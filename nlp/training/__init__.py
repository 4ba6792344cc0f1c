"""Fine-tuning, evaluation and export; needs the extra `train`."""
