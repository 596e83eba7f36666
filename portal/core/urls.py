from django.urls import URLPattern, path

from portal.core.views import session

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("sign-in/", session.SignInView.as_view(), name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("password/", session.PasswordView.as_view(), name="password-change"),
]
