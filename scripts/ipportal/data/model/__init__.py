"""Frozen dataclasses of everything the portal publishes: each module below says what it holds."""

from ipportal.base.quantities import Qualifier as Qualifier
from ipportal.base.quantities import Unit as Unit
from ipportal.data.model.codes import *
from ipportal.data.model.help import *
from ipportal.data.model.metadata import *
from ipportal.data.model.portal import *
from ipportal.data.model.records import *
