"""E-invoices as files for the portal's bulk upload: a JSON list, also of one."""

import json
from collections.abc import Iterable

from apps.invoices.einvoices.checking import faults_of
from apps.invoices.einvoices.payload import is_einvoice, make_payload
from apps.invoices.errors import NoEInvoice
from apps.invoices.models import Document
from apps.invoices.reports.files import ReturnFile


def einvoice_file(documents: Iterable[Document]) -> ReturnFile:
    """The documents that the portal takes; `left_out` are the numbers of the others.

    Raises `NoEInvoice` with what is wrong with the first document that would be refused, or if there is none to write.
    """
    written, left_out = [], []
    for document in documents:
        if not is_einvoice(document):
            left_out.append(document.number)
            continue
        payload = make_payload(document)
        faults = faults_of(payload)
        if faults:
            raise NoEInvoice(f"{document.number}: {' '.join(faults)}")
        written.append(payload)
    if not written:
        raise NoEInvoice
    name = written[0]["DocDtls"]["No"].replace("/", "-") if len(written) == 1 else "many"
    content = json.dumps(written, ensure_ascii=False, indent=1).encode()
    return ReturnFile(f"einvoice-{name}.json", "application/json", content, left_out)
