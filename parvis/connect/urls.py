"""Addresses of this package."""

from django.urls import path

from parvis.connect.views import authorize, settings, tokens

app_name = "connect"

urlpatterns = [
    path("oauth/authorize", authorize.authorize, name="authorize"),
    path("oauth/token", tokens.token, name="token"),
    path("oauth/revoke", tokens.revoke, name="revoke"),
    path("oauth/introspect", tokens.introspect, name="introspect"),
    path("oauth/userinfo", tokens.userinfo, name="userinfo"),
    path("oauth/keys", tokens.keys, name="keys"),
    path(".well-known/openid-configuration", tokens.discovery, name="discovery"),
    path(".well-known/oauth-authorization-server", tokens.discovery, name="metadata"),
    path("settings/apps", settings.apps, name="apps"),
    path("settings/apps/<uuid:app_id>/withdraw", settings.withdraw, name="withdraw"),
    path("settings/apps/yours", settings.yours, name="yours"),
    path("settings/apps/yours/new", settings.new, name="new"),
    path("settings/apps/yours/<uuid:app_id>", settings.app, name="app"),
    path("settings/apps/yours/<uuid:app_id>/secret", settings.secret, name="secret"),
    path("settings/apps/yours/<uuid:app_id>/remove", settings.remove, name="remove"),
]
