"""Write the pages of the reference that code can write: ``python docs/write.py``."""

from writing.pages import write_pages

if __name__ == "__main__":
    write_pages()
