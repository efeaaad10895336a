"""A release as schema.org tells search engines of data sets."""

from typing import Any

from reports.catalogue.release_folder import ReleaseFolder
from survey_data.geography import COUNTY
from survey_data.releases import texts
from survey_data.releases.files import media_type

TITLE = {"sv": texts.TITLE_SV, "en": texts.TITLE_EN}
ABOUT = {
    "sv": "Företag, anställda och placerade i arbetsintegrerande sociala företag i"
    f" {COUNTY.official_name},"
    " år för år. Skyddade summor, fria att använda.",
    "en": "Enterprises, employees and persons placed in work-integrating social enterprises in the"
    f" county of {COUNTY.name}, year by year. Protected totals, free to use.",
}


def json_ld(release: ReleaseFolder, base: str, language: str) -> dict[str, Any]:
    """The release as a schema.org Dataset."""
    address = f"{base}/oppna-data/{release.id}/"
    first, last = release.years
    publisher = release.publisher
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": TITLE[language],
        "description": ABOUT[language],
        "inLanguage": ["sv", "en"],
        "version": release.id,
        "datePublished": release.published.isoformat(),
        "license": publisher["licence"],
        "isAccessibleForFree": True,
        "temporalCoverage": f"{first}/{last}",
        "spatialCoverage": {"@type": "Place", "name": COUNTY.official_name},
        "creator": {"@type": "Organization", "name": publisher["name"]},
        "variableMeasured": [i[f"label_{language}"] for i in release.content.records("indicators")],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "contentUrl": f"{address}{file.name}",
                "encodingFormat": media_type(file.name),
                "contentSize": f"{file.size} B",
                "sha256": file.checksum,
            }
            for file in release.first_files
        ],
    }
