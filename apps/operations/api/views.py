"""The life of stores over HTTP, in the words of the admin and of `manage.py`: suspend, reinstate, publish, unpublish, archive,
and deletion in two steps."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import documented
from apps.common.api.serializers import StrictSerializer
from apps.common.errors import NotFound
from apps.operations import store_status
from apps.operations.api.serializers import (
    ConfirmInput,
    DeletionAnswer,
    NeededReasonInput,
    ReasonInput,
    present_deletion,
)
from apps.operations.deletion import deleting
from apps.operations.deletion.queue import enqueue_deletion
from apps.platform import selectors
from apps.platform.models import Store, StoreDeletion
from apps.provisioning.api.serializers import StoreAnswer, present_store
from apps.provisioning.api.views import TAG, PlatformStaffView
from apps.tenancy.context import current_actor

_ERRORS: Final = (403, 404, 409)


class NoDeletion(NotFound):
    """No deletion of this store was requested, or it was cancelled."""

    code = "no_deletion"
    title = _("No deletion of this store was requested.")


class StoreView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"GET": "platform.view_store"}

    @documented(
        "A store",
        operation="stores_read",
        tag=TAG,
        answers={200: StoreAnswer},
        errors=(403, 404),
    )
    def get(self, request: Request, store: str) -> Response:
        return _answer(selectors.get_store(store))


class _StatusView(PlatformStaffView):
    """Changes the status of a store, which is answered as it is afterwards. Idempotent."""

    needs: ClassVar[Mapping[str, str]] = {"POST": "platform.change_store"}

    def change(
        self, key: str, body: type[StrictSerializer], do: Callable[..., Any], **more: Any
    ) -> Response:
        values, store = self.read_body(body), selectors.get_store(key)
        do(store=store, reason=values["reason"], **more)
        return _answer(store)


class SuspendView(_StatusView):
    @documented(
        "Suspend a store",
        operation="stores_suspend",
        tag=TAG,
        body=NeededReasonInput,
        answers={200: StoreAnswer},
        errors=_ERRORS,
        description="The shop closes; its staff read the reason, look at everything and change nothing. Of a suspended store "
        "the reason is replaced.",
    )
    def post(self, request: Request, store: str) -> Response:
        return self.change(store, NeededReasonInput, store_status.suspend_store)


class ReinstateView(_StatusView):
    @documented(
        "Reinstate a suspended or archived store",
        operation="stores_reinstate",
        tag=TAG,
        body=ReasonInput,
        answers={200: StoreAnswer},
        errors=_ERRORS,
        description="A requested deletion is cancelled.",
    )
    def post(self, request: Request, store: str) -> Response:
        return self.change(store, ReasonInput, store_status.reinstate_store)


class PublishView(_StatusView):
    @documented(
        "Publish a store",
        operation="stores_publish",
        tag=TAG,
        body=ReasonInput,
        answers={200: StoreAnswer},
        errors=_ERRORS,
    )
    def post(self, request: Request, store: str) -> Response:
        return self.change(store, ReasonInput, store_status.set_published, is_published=True)


class UnpublishView(_StatusView):
    @documented(
        "Unpublish a store",
        operation="stores_unpublish",
        tag=TAG,
        body=ReasonInput,
        answers={200: StoreAnswer},
        errors=_ERRORS,
        description="Visitors see a page that says the shop opens soon; its staff go on working.",
    )
    def post(self, request: Request, store: str) -> Response:
        return self.change(store, ReasonInput, store_status.set_published, is_published=False)


class ArchiveView(_StatusView):
    @documented(
        "Archive a store",
        operation="stores_archive",
        tag=TAG,
        body=ReasonInput,
        answers={200: StoreAnswer},
        errors=_ERRORS,
        description="The shop and its admin close, and no work is done for it any more. Everything is kept.",
    )
    def post(self, request: Request, store: str) -> Response:
        return self.change(store, ReasonInput, store_status.archive_store)


class DeletionView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("GET", "POST", "DELETE"), "platform.delete_store"
    )

    @documented(
        "How far the deletion of a store is",
        operation="stores_deletion_read",
        tag=TAG,
        answers={200: DeletionAnswer},
        errors=(403, 404),
        description="404 with the code `store_not_found` once it is done.",
    )
    def get(self, request: Request, store: str) -> Response:
        return Response(present_deletion(_deletion_of(selectors.get_store(store))))

    @documented(
        "Request the deletion of a store",
        operation="stores_deletion_request",
        tag=TAG,
        answers={202: DeletionAnswer},
        errors=_ERRORS,
        description="The first step: the store is archived, and a worker writes its archive. Idempotent.",
    )
    def post(self, request: Request, store: str) -> Response:
        found = selectors.get_store(store)
        deletion = deleting.request_deletion(store=found, actor=current_actor(), by_worker=True)
        enqueue_deletion(found.pk)
        return Response(present_deletion(deletion), status=202)

    @documented(
        "Cancel the deletion of a store",
        operation="stores_deletion_cancel",
        tag=TAG,
        answers={200: StoreAnswer},
        errors=_ERRORS,
        description="The store stays archived. Refused once parts of it are deleted.",
    )
    def delete(self, request: Request, store: str) -> Response:
        found = selectors.get_store(store)
        _deletion_of(found)
        deleting.cancel_deletion(store=found)
        return _answer(found)


class DeletionConfirmView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"POST": "platform.delete_store"}

    @documented(
        "Confirm the deletion of a store",
        operation="stores_deletion_confirm",
        tag=TAG,
        body=ConfirmInput,
        answers={202: DeletionAnswer},
        errors=_ERRORS,
        description="The second step, which can't be undone: a worker deletes everything but the archive. It needs the "
        "archive (`exportedAt`), and the store's short name or the end of the waiting period.",
    )
    def post(self, request: Request, store: str) -> Response:
        values, found = self.read_body(ConfirmInput), selectors.get_store(store)
        _deletion_of(found)
        deletion = deleting.confirm_deletion(
            store=found, typed=values["typed"], actor=current_actor()
        )
        enqueue_deletion(found.pk)
        return Response(present_deletion(deletion), status=202)


def _answer(store: Store) -> Response:
    return Response(present_store(selectors.stores_like().get(pk=store.pk)))


def _deletion_of(store: Store) -> StoreDeletion:
    found = StoreDeletion.objects.filter(store=store).first()
    if found is None:
        raise NoDeletion
    return found
