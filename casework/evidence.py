from dataclasses import dataclass
class BadFile(Exception): ...
@dataclass(frozen=True)
class Checked:
    name: str; media_type: str; content: bytes; pages: int
def read_upload(name: str, content: bytes) -> Checked:
    return Checked(name, "image/jpeg", content, 1)
