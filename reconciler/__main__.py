"""Start the command with `python -m reconciler`, as the script does."""

from profile_reconciler import start

if __name__ == "__main__":
    start()
