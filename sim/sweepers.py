"""Designs of experiments as Hydra sweepers: numeric levers sampled over intervals, by SALib."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, cast

from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from sim import compose
from sim.config import Axis
from sim.errors import SettingError, nearest
from sim.study.design import problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class DesignSweeper(Sweeper):
    """Samples every lever that is given as ``KEY=interval(LOW,HIGH)``; everything else is swept as usual around it.

    Parameters
    ----------
    n : int
        Size of the sample.
    seed : int
        Luck of the sample; that of the runs is theirs, the same at every point.
    levels : int
        Levels of the grid, where the method has one.

    Raises
    ------
    SettingError
        SALib is not installed, or the method takes no such size.
    """

    method: ClassVar[str]

    def __init__(self, n: int, seed: int = 1, levels: int = 0) -> None:
        for key, value, least in (("n", n, 2), ("seed", seed, 0), ("levels", levels, 0)):
            if type(value) is not int or value < least:
                raise SettingError(f"hydra.sweeper.{key}={value} must be a whole number of {least} or more")
        if find_spec("SALib") is None:
            raise SettingError(f"hydra/sweeper={self.method} needs SALib: pip install 'covenant-sim[sensitivity]'")
        self.n, self.seed, self.levels = n, seed, levels
        self.check()

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Nothing to prepare: the cells are conducted by who asks for them."""

    def sweep(self, arguments: list[str]) -> list[compose.Composed]:
        """Compose the cells of a sweep; who asks for them checks and conducts them."""
        return compose.sweep(arguments, self.points)

    @abstractmethod
    def check(self) -> None:
        """Refuse a size that the method does not take."""

    @abstractmethod
    def points(self, axes: Sequence[Axis]) -> NDArray[np.float64]:
        """Return the levers at each point, (n_points, n_levers), in the order that the analysis expects."""


class LatinHypercube(DesignSweeper):
    """`n` points, each lever once in each of n equal parts of its range (McKay, Beckman and Conover 1979)."""

    method = "latin_hypercube"

    def check(self) -> None:
        pass

    def points(self, axes: Sequence[Axis]) -> NDArray[np.float64]:
        from SALib.sample import latin

        sample: NDArray[np.float64] = latin.sample(problem(axes), self.n, seed=self.seed)
        return sample


class Sobol(DesignSweeper):
    """`n` * (levers + 2) points for first- and total-order indices (Saltelli 2002; Saltelli et al. 2010), scrambled Sobol sequence."""

    method = "sobol"

    def check(self) -> None:
        if self.n & (self.n - 1):
            near = 1 << (self.n.bit_length() - 1)
            raise SettingError(f"hydra.sweeper.n={self.n} must be a power of two, such as {near} or {2 * near}")

    def points(self, axes: Sequence[Axis]) -> NDArray[np.float64]:
        from SALib.sample import sobol

        sample: NDArray[np.float64] = sobol.sample(problem(axes), self.n, calc_second_order=False, seed=self.seed)
        return sample


class Morris(DesignSweeper):
    """`n` trajectories of (levers + 1) points on a grid of `levels`, one lever moved at a time (Morris 1991)."""

    method = "morris"

    def check(self) -> None:
        if self.levels < 2 or self.levels % 2:
            raise SettingError(f"hydra.sweeper.levels={self.levels} must be an even number of 2 or more")

    def points(self, axes: Sequence[Axis]) -> NDArray[np.float64]:
        from SALib.sample import morris

        sample: NDArray[np.float64] = morris.sample(problem(axes), self.n, num_levels=self.levels, seed=self.seed)
        return sample


def check(name: str) -> None:
    """Refuse a sweeper that is not offered; one line that names the nearest."""
    known = [plugin.method for plugin in (LatinHypercube, Morris, Sobol)]
    if name not in known:
        raise SettingError(f"hydra/sweeper={name} is not one of basic, {', '.join(known)}{nearest(name, known)}")


def made(config: DictConfig) -> DesignSweeper:
    """Build the sweeper a shipped file names, from Hydra's registry of plugins: nothing else can be named.

    Raises
    ------
    SettingError
        It takes no such setting, or is none of ours.
    """
    told = cast("dict[str, Any]", OmegaConf.to_container(config, resolve=True))
    plugin = Plugins.instance().class_name_to_class.get(told.pop("_target_"))
    if not (isinstance(plugin, type) and issubclass(plugin, DesignSweeper)):
        raise SettingError("hydra/sweeper names no design")
    try:
        return plugin(**told)
    except TypeError as error:
        raise SettingError(f"hydra/sweeper={plugin.method}: {str(error).partition('__init__() ')[2]}") from None


def register() -> None:
    """Make the designs known to Hydra."""
    for plugin in (LatinHypercube, Sobol, Morris):
        Plugins.instance().register(plugin)
