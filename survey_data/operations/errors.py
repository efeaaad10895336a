"""What keeps a backup from being made or restored, in one sentence each."""

from __future__ import annotations

from survey_data.errors import SurveyError


class BackupDamaged(SurveyError):
    """The file is not a whole backup, or was damaged on its way."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} är ingen hel säkerhetskopia: något i filen är skadat eller saknas."
            " Ingenting har lagts på plats. Ta en annan kopia."
        )


class BackupTooNew(SurveyError):
    """The backup was made by a later version, which knows more than this one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} är gjord av en senare version än den här. Installera den versionen och"
            " återställ sedan."
        )


class BackupTooOld(SurveyError):
    """The backup was made by a version before 1.0, which this one cannot read."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} är gjord av en version före 1.0 och kan inte läsas.")


class FolderNotEmpty(SurveyError):
    """A backup is restored into an empty folder only, so that nothing is ever overwritten."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"Datamappen {folder} är inte tom. Återställ till en tom mapp (ASF_DATA_DIR)."
        )


class AlreadyThere(SurveyError):
    """A backup never replaces a file."""

    def __init__(self, path: object) -> None:
        super().__init__(f"{path} finns redan. Välj ett annat filnamn.")


class WrongPassphrase(SurveyError):
    """The secret of the backup cannot be opened with that passphrase."""

    def __init__(self) -> None:
        super().__init__(
            "Lösenfrasen stämmer inte, så hemligheten går inte att öppna. Ingenting har lagts på"
            " plats. Utan lösenfras: flask restore --without-secret FIL"
        )


class PublishingMeanwhile(SurveyError):
    """A release was published each time the copy was almost done."""

    def __init__(self) -> None:
        super().__init__("En utgåva publicerades medan kopian gjordes. Försök igen.")
