"""Frozen dataclasses of everything the portal publishes."""

from ipportal.base.quantities import Qualifier, Unit, UnitKind
from ipportal.data.model.cases import CaseStatistic, CaseStory
from ipportal.data.model.codes import (
    Confidence,
    Direction,
    EvidenceGrade,
    EvidenceState,
    IndicatorGroup,
    MeasureKind,
    MeasureType,
    Status,
    TargetKind,
)
from ipportal.data.model.evidence import GRADE, GRADES, Grade
from ipportal.data.model.indicators import Area, Basis, Discrepancy, Indicator, Observation, Source, Target
from ipportal.data.model.metadata import Category, Change, Field, ForeignKey, Package, Row, Table, Value
from ipportal.data.model.plan import Institution, Measure, Role, Section, System, Update
from ipportal.data.model.portal import Portal, once
from ipportal.data.model.promotion import Award, EnterpriseTitle, Event, Incentive, Observance, Service, Term
from ipportal.data.model.releases import FrozenFile, Release, RowChange

__all__ = [
    "GRADE",
    "GRADES",
    "Area",
    "Award",
    "Basis",
    "CaseStatistic",
    "CaseStory",
    "Category",
    "Change",
    "Confidence",
    "Direction",
    "Discrepancy",
    "EnterpriseTitle",
    "Event",
    "EvidenceGrade",
    "EvidenceState",
    "Field",
    "ForeignKey",
    "FrozenFile",
    "Grade",
    "Incentive",
    "Indicator",
    "IndicatorGroup",
    "Institution",
    "Measure",
    "MeasureKind",
    "MeasureType",
    "Observance",
    "Observation",
    "Package",
    "Portal",
    "Qualifier",
    "Release",
    "Role",
    "Row",
    "RowChange",
    "Section",
    "Service",
    "Source",
    "Status",
    "System",
    "Table",
    "Target",
    "TargetKind",
    "Term",
    "Unit",
    "UnitKind",
    "Update",
    "Value",
    "once",
]
