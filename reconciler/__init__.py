"""Profile-as-code for LinkedIn: plan, review and apply a profile kept in git."""

__version__ = "0.1.0"
__distribution__ = "profile-reconciler"  # what pip calls it: `reconciler` on package indexes is another project
