"""Frozen dataclasses of everything the portal publishes."""

from ipportal.base.quantities import Unit
from ipportal.data.model.cases import CaseStatistic, CaseStory
from ipportal.data.model.evidence import GRADE, GRADES, UNKNOWN, Grade
from ipportal.data.model.indicators import CONFIDENCE, Area, Basis, Discrepancy, Indicator, Observation, Source, Target
from ipportal.data.model.metadata import Category, Change, Field, ForeignKey, Package, Row, Table, Value
from ipportal.data.model.plan import Institution, Measure, Role, Section, System, Update
from ipportal.data.model.portal import Portal, once
from ipportal.data.model.promotion import Award, EnterpriseTitle, Event, Incentive, Observance, Service, Term
from ipportal.data.model.releases import FrozenFile, Release, RowChange

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
    "once",
]
