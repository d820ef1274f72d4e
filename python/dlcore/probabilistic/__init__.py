"""Classification by probability: how each class makes its samples, and by Bayes' rule which class made this one."""

from .bernoulli import BernoulliClassConditional
from .class_conditional import ClassConditional
from .contours import draw_contours
from .gaussian import GaussianClassConditional

__all__ = ["BernoulliClassConditional", "ClassConditional", "GaussianClassConditional", "draw_contours"]
