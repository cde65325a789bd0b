"""Uploads that wait for their form: of one store, used once, swept after a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.pictures.documents import KeptPicture
from apps.pictures.preparing import prepare_picture
from apps.pictures.selectors import find_kept
from apps.pictures.services import files_of, keep_picture, put_back, sweep_kept, take_kept
from apps.tenancy.context import use_store
from tests.pictures.making import encoded, plain
from tests.support.threads import run_at_once


def kept(name: str = "photo.jpg") -> KeptPicture:
    return keep_picture(prepare_picture(encoded(plain(), "JPEG")), folder="products", name=name)


def files(picture: KeptPicture) -> list[str]:
    return sorted(files_of(picture.file, picture.renditions))


@pytest.mark.usefixtures("in_store")
def test_a_picture_is_used_once() -> None:
    picture = kept("\u202ephoto.jpg")
    assert picture.name == "photo.jpg"
    assert find_kept([picture.token, "other", ""]).keys() == {picture.token}
    assert take_kept([picture.token]).keys() == {picture.token}
    assert take_kept([picture.token]) == {}
    assert all(default_storage.exists(name) for name in files(picture))


def test_of_several_who_use_it_at_once_one_gets_it(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        token = kept().token
    answers = run_at_once(throwaway_store, [lambda: take_kept([token])] * 4)
    assert sorted(len(answer) for answer in answers) == [0, 0, 0, 1]


@pytest.mark.usefixtures("in_store")
def test_a_use_that_failed_puts_it_back() -> None:
    picture = kept()
    put_back(take_kept([picture.token]).values())
    assert find_kept([picture.token])[picture.token].file == picture.file


def test_another_store_does_not_know_the_token(store: Any, other_store: Any) -> None:
    with use_store(store):
        picture = kept()
    with use_store(other_store):
        assert find_kept([picture.token]) == {}
        assert take_kept([picture.token]) == {}
    with use_store(store):
        assert find_kept([picture.token])


@pytest.mark.usefixtures("in_store")
def test_what_nobody_came_back_for_is_swept_with_its_files() -> None:
    old, young = kept(), kept()
    KeptPicture.objects.filter(pk=old.pk).update(kept_at=old.kept_at - timedelta(hours=25))
    assert sweep_kept() == 1
    assert sweep_kept() == 0
    assert not any(default_storage.exists(name) for name in files(old))
    assert all(default_storage.exists(name) for name in files(young))
    assert list(KeptPicture.objects.values_list("token", flat=True)) == [young.token]


@pytest.mark.usefixtures("in_store")
def test_files_are_gone_when_the_document_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    save = default_storage.save

    def recorded(name: str, content: Any) -> str:
        written.append(save(name, content))
        return written[-1]

    monkeypatch.setattr(default_storage, "save", recorded)
    monkeypatch.setattr(KeptPicture.objects, "create", _refuse)
    with pytest.raises(RuntimeError):
        kept()
    assert written
    assert not any(default_storage.exists(name) for name in written)


def _refuse(**values: Any) -> None:
    raise RuntimeError("The documents do not answer.")
