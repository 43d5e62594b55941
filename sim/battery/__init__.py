"""The model held against history: cases, distributions, calibration, ablation."""
