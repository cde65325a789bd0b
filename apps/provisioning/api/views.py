"""Opening stores over HTTP: the request is answered at once, a worker opens the store, and the client polls the
status."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.api.pagination import slice_rows
from apps.common.api.schemas import documented, paged
from apps.common.api.views import ApiView
from apps.placements.kinds import require_offered
from apps.platform import selectors
from apps.provisioning import selectors as openings
from apps.provisioning import services as provisioning
from apps.provisioning.api.naming import camel_case_errors
from apps.provisioning.api.serializers import (
    CheckInput,
    JobAnswer,
    ProvisionAnswer,
    ProvisionInput,
    ReportAnswer,
    StoreAnswer,
    StoreInput,
    StoresQuery,
    present_job,
    present_report,
    present_start,
    present_store,
)

TAG = "platform"


class PlatformStaffView(ApiView):
    """For the platform's staff: by access token, or by the session of the platform's admin."""

    authentication_classes = [*APIView.authentication_classes, SessionAuthentication]
    needs: ClassVar[Mapping[str, str]] = {}

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not request.user.is_authenticated:
            raise NotAuthenticated(gettext("Authentication is needed."))
        permission = self.needs.get(request.method or "")
        is_staff = request.user.is_staff  # owners of stores have logins of the platform, too
        if not is_staff or (permission and not request.user.has_perm(permission)):
            raise PermissionDenied("You are not allowed to do that.")


class StoresView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {
        "GET": "platform.view_store",
        "POST": "platform.add_store",
    }

    @documented(
        "The stores of the platform",
        operation="stores_list",
        tag=TAG,
        parameters=[StoresQuery],
        answers={200: paged(StoreAnswer)},
        errors=(403,),
        description="By short name. Archived ones and sandboxes are among them.",
    )
    def get(self, request: Request) -> Response:
        query = self.read_query(StoresQuery)
        rows = selectors.stores_like(
            status=query.get("status", ""), plan=query.get("plan", ""), search=query.get("q", "")
        )
        part = slice_rows(rows, limit=query["limit"], cursor=query.get("cursor"), order="slug")
        return Response(part.present(request, present_store))

    @documented(
        "Open a store",
        operation="stores_open",
        tag=TAG,
        body=StoreInput,
        answers={202: ProvisionAnswer},
        errors=(403,),
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(StoreInput)
        owner = values.pop("owner", None)
        with camel_case_errors():
            require_offered(values["database_type"], values["config"])
            values["owner"] = selectors.get_owner(owner) if owner else None
            job = provisioning.open_store(**values)
        return Response(present_start(job), status=202)


class ProvisionView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"POST": "platform.add_store"}

    @documented(
        "Make the tables of a registered store",
        operation="provision",
        tag=TAG,
        body=ProvisionInput,
        answers={202: ProvisionAnswer},
        errors=(403, 404, 409),
        description="Idempotent: a repeated request returns the same job; a failed job is retried.",
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(ProvisionInput)
        with camel_case_errors():
            require_offered(values["databaseType"], values["config"])
            job = provisioning.request_provisioning(
                store=selectors.get_store(values["storeId"]),
                database_type=values["databaseType"],
                config=values["config"],
            )
        return Response(present_start(job), status=202)


class ProvisionCheckView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"POST": "platform.add_store"}

    @documented(
        "Check a database before a store is opened there",
        operation="provision_check",
        tag=TAG,
        body=CheckInput,
        answers={200: ReportAnswer},
        errors=(403,),
        description="Connects and checks; changes and saves nothing. Every finding includes its remedy.",
    )
    def post(self, request: Request) -> Response:
        values = self.read_body(CheckInput)
        with camel_case_errors():
            require_offered(values["databaseType"], values["config"])
            report = provisioning.check_connection(
                database_type=values["databaseType"], config=values["config"]
            )
        return Response(present_report(report))


class ProvisionStatusView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"GET": "platform.view_provisioningjob"}

    @documented(
        "The progress of a provisioning job",
        operation="provision_status",
        tag=TAG,
        answers={200: JobAnswer},
        errors=(403, 404),
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        return Response(present_job(openings.get_job(job_id)))


class ProvisionRetryView(PlatformStaffView):
    needs: ClassVar[Mapping[str, str]] = {"POST": "platform.add_store"}

    @documented(
        "Try a failed job again",
        operation="provision_retry",
        tag=TAG,
        answers={202: JobAnswer},
        errors=(403, 404, 409),
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        job = provisioning.retry_provisioning(openings.get_job(job_id))
        return Response(present_job(job), status=202)
