"""The addresses of the host application."""

from django.urls import path
from invoicing import views

urlpatterns = [
    path("invoices/<str:number>", views.invoice),
    path("invoices/<str:number>/promise", views.promise),
    path("review", views.review),
]
