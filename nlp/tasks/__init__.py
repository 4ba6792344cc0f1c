"""The networks that `nlp.training` trains, one file each; torch only here and there."""
