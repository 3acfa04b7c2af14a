"""Frozen dataclasses of everything the portal publishes."""

from ipportal.model.cases import CaseStatistic, CaseStory
from ipportal.model.evidence import GRADE, GRADES, UNKNOWN, Grade
from ipportal.model.indicators import CONFIDENCE, Area, Basis, Discrepancy, Indicator, Observation, Source, Target
from ipportal.model.metadata import Category, Change, Field, ForeignKey, Package, Row, Table, Value
from ipportal.model.plan import Institution, Measure, Role, Section, System, Update
from ipportal.model.portal import Portal
from ipportal.model.promotion import Award, EnterpriseTitle, Event, Incentive, Observance, Service, Term
from ipportal.model.releases import FrozenFile, Release, RowChange
from ipportal.quantities import Unit

__all__ = [
    "CONFIDENCE",
    "GRADE",
    "GRADES",
    "UNKNOWN",
    "Area",
    "Award",
    "Basis",
    "CaseStatistic",
    "CaseStory",
    "Category",
    "Change",
    "Discrepancy",
    "EnterpriseTitle",
    "Event",
    "Field",
    "ForeignKey",
    "FrozenFile",
    "Grade",
    "Incentive",
    "Indicator",
    "Institution",
    "Measure",
    "Observance",
    "Observation",
    "Package",
    "Portal",
    "Release",
    "Role",
    "Row",
    "RowChange",
    "Section",
    "Service",
    "Source",
    "System",
    "Table",
    "Target",
    "Term",
    "Unit",
    "Update",
    "Value",
]
