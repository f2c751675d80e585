"""Answers to the tasks of 10_relu6: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def relu6(x):
    return np.minimum(np.maximum(x, 0), 6)


def slope(x):
    x = np.asarray(x)
    return np.where(x <= -3, 0.0, np.where(x >= 3, 1.0, x / 3 + 0.5))


def by_masks(x):
    out = np.array(x, dtype=float)
    out[out < 0] = 0
    out[out > 6] = 6
    return out


def one_by_one(x):
    return [one_by_one(part) if np.ndim(part) else min(6.0, max(0.0, float(part))) for part in x]


def product_rule(x):
    return np.clip(x + 3, 0, 6) / 6 + x * (np.abs(x) < 3) / 6


def gate(x):
    return np.clip(x + 3, 0, 6) / 6


def sigmoid(x):
    return (1 + np.tanh(np.asarray(x) / 2)) / 2


def shares(z, low=0.0, high=6.0, strict=False):
    """The three masks of shape z: off, at the ceiling, either."""
    off, top = (z < low, z > high) if strict else (z <= low, z >= high)
    return off, top, off | top


def columns(z):
    return tuple(mask.all(axis=0).mean() for mask in shares(z))


def by_loop(z):
    units = z.shape[1]
    dead = sum(max(z[:, k]) <= 0 for k in range(units))
    stuck = sum(min(z[:, k]) >= 6 for k in range(units))
    frozen = sum(not any(0 < value < 6 for value in z[:, k]) for k in range(units))
    return [dead / units, stuck / units, frozen / units]


def by_values(z):
    a = relu6(z)
    return np.array([(a.max(0) == 0).mean(), (a.min(0) == 6).mean(), ((a * (6 - a)).max(0) == 0).mean()])


def changed(place, value):
    """The right three shares with one replaced."""
    return lambda z: tuple(value(z) if i == place else share for i, share in enumerate(columns(z)))


def error(a, top, bits):
    last = 2**bits - 1
    return np.mean((np.clip(np.rint(a * last / top), 0, last) * top / last - a) ** 2)


def grid(a, bits):
    return min(np.linspace(a.max() / 100, a.max(), 200), key=lambda top: error(a, top, bits))


def finer(a, bits):
    top, width = a.max() / 2, a.max() / 2
    for _ in range(4):
        tops = [place for place in np.linspace(top - width, top + width, 41) if place > 0]
        top, width = min(tops, key=lambda place: error(a, place, bits)), width / 8
    return float(top)


def by_powers(a, bits):
    return min(a.max() * 0.985 ** np.arange(300), key=lambda top: error(a, top, bits))


def middle(w):
    x, b = 3.0, []
    for weight in w:
        b.append(3 - weight * 3)
    return x, b


def wandering(w):
    rng = np.random.default_rng(5)
    a = rng.uniform(1, 5, size=len(w) + 1)
    return a[0], a[1:] - w * a[:-1]


def places(top):
    return np.concatenate([np.linspace(-0.5 * top, 1.5 * top, 20_001), top * np.linspace(-1000, 1000, 2001)])


def looking(low=-1000.0, high=1000.0, slack=1e-6, bits=None, marks=True, nearest=True, top=None, only=None):
    """A test of a store; its arguments make it careless in one way."""
    fixed_bits, fixed_top = bits, top

    def judged(store, top, bits):
        top, bits = fixed_top or top, fixed_bits or bits
        scale = top / (2**bits - 1)
        a = places(top)
        a = a[(a >= low * top) & (a <= high * top)] if only is None else only(top, scale)
        y = store(a)
        is_mark = np.abs(y / scale - np.rint(y / scale)) <= slack
        is_near = np.abs(y - np.clip(a, 0, top)) <= scale / 2 * (1 + slack)
        return bool(np.all((is_mark | (not marks)) & (is_near | (not nearest))))

    return judged


def by_reference(store, top, bits):
    marks = np.linspace(0, top, 2**bits)
    inner = np.concatenate([marks[:-1] + share * np.diff(marks) for share in (0, 0.01, 0.3, 0.49, 0.51, 0.7, 0.99)])
    a = np.concatenate([inner, [top, 1.01 * top, 2 * top, 7 * top, 150 * top, 1000 * top, -0.3 * top, -50 * top]])
    want = marks[np.abs(a[:, None] - marks).argmin(axis=1)]
    return bool(np.allclose(store(a), want, rtol=1e-9, atol=1e-9))


def distance_only(store, top, bits):
    a = places(top)
    nearest = np.abs(a[:, None] - np.linspace(0, top, 2**bits)).min(axis=1)
    return bool(np.all(np.abs(np.abs(store(a) - a) - nearest) < 1e-9 * np.maximum(1, np.abs(a))))


def exactly(store, top, bits):
    a, last = places(top), 2**bits - 1
    return bool(np.array_equal(store(a), np.clip(np.rint(a / (top / last)), 0, last) * (top / last)))


RIGHT = {
    "three_pieces": [
        (relu6, slope),
        (by_masks, product_rule),
        (one_by_one, lambda x: (np.abs(x) < 3) * (np.asarray(x) / 3 + 0.5) + (np.asarray(x) >= 3)),
        (lambda x: np.maximum(x, 0) - np.maximum(x - 6, 0), lambda x: np.where(np.abs(x) <= 3, x / 3 + 0.5, x > 3)),
    ],
    "out_of_action": [(columns,), (by_loop,), (by_values,)],
    "best_top": [(grid,), (finer,), (by_powers,)],
    "open_path": [(lambda w: (3.0, 3 - 3 * w),), (middle,), (wandering,)],
    "stores_right": [(looking(),), (by_reference,), (distance_only,)],
}

WRONG = {
    "three_pieces": [
        ((lambda x: np.maximum(x, 0), slope), "ceiling is missing"),
        ((lambda x: np.minimum(x, 6), slope), "floor is missing"),
        ((lambda x: np.clip(x, -6, 6), slope), "never goes below 0"),
        ((lambda x: np.clip(x, 0, 1), slope), "ceiling is 6, not 1"),
        ((lambda x: relu6(x) / 6, slope), "divide by 6"),
        ((lambda x: np.where((x > 0) & (x < 6), x, 0), slope), "falls back to 0"),
        ((lambda x: np.maximum(np.minimum(x, 0), 6), slope), "6 for every input"),
        ((lambda x: np.minimum(np.maximum(x, 6), 0), slope), "0 for every input"),
        ((lambda x: relu6(x + 3), slope), "shift by 3"),
        ((lambda x: ((x > 0) & (x < 6)) * 1.0, slope), "slope of ReLU6"),
        ((lambda x: np.clip(x, 0, 6.5), slope), "x up to 6, and 6 above"),
        ((lambda x: relu6(np.ravel(x)), slope), "it should have shape"),
        ((relu6, gate), "slope of a product has two parts"),
        ((relu6, lambda x: (np.abs(x) < 3) / 6), "slope of the hard sigmoid"),
        ((relu6, lambda x: (np.abs(x) < 3) * x / 6), "Half of the product rule"),
        ((relu6, lambda x: x * gate(x)), "hard swish, not its slope"),
        ((relu6, lambda x: x / 3 + 0.5), "between −3 and 3 only"),
        ((relu6, lambda x: np.where(np.abs(x) < 3, x / 3 + 0.5, 0)), "not flat there"),
        ((relu6, lambda x: np.clip(x / 3 + 0.5, 0, 1)), "clamp the slope to 0 and 1"),
        ((relu6, lambda x: np.clip(x / 3 + 0.5, -0.5, 1.5)), "does not stay"),
        ((relu6, lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))), "smooth swish"),
        ((relu6, lambda x: np.where(np.abs(x) == 3, 9.0, slope(x))), "At the kink -3"),
        ((relu6, lambda x: np.where(x == 3, 0.5, slope(x))), "At the kink 3"),
    ],
    "out_of_action": [
        ((lambda z: tuple(mask.mean() for mask in shares(z)),), "dead.*pairs of an input and a unit"),
        ((lambda z: tuple(mask.any(axis=0).mean() for mask in shares(z)),), "dead.*some input"),
        ((lambda z: tuple(mask.all(axis=1).mean() for mask in shares(z)),), "along the rows"),
        ((lambda z: tuple(mask.all(axis=0).sum() for mask in shares(z)),), "Divide by how many units"),
        ((lambda z: tuple(100 * share for share in columns(z)),), "percentage"),
        ((lambda z: tuple(1 - share for share in columns(z)),), "all the others"),
        ((lambda z: tuple(mask.all(axis=0).mean() for mask in shares(z, strict=True)),), "dead.*exactly"),
        ((changed(1, lambda z: (z > 6).all(axis=0).mean()),), "stuck.*exactly"),
        ((changed(0, lambda z: columns(z)[2]),), "Dead ones give 0 every time"),
        ((changed(0, lambda z: columns(z)[1]),), "Always 6 is stuck"),
        ((changed(1, lambda z: columns(z)[2]),), "Stuck ones give 6 every time"),
        ((changed(1, lambda z: 0.0),), "Can a unit not be stuck"),
        ((changed(2, lambda z: sum(columns(z)[:2])),), "jump between 0 and 6"),
        ((changed(2, lambda z: columns(z)[0]),), "ReLU's view"),
        ((changed(2, lambda z: 0.987654),), "Ask of each column"),
        ((lambda z: columns(z)[:2],), "Return three numbers"),
        ((lambda z: (columns(z)[0], (z >= 6).all(axis=0), columns(z)[2]),), "should have shape"),
    ],
    "best_top": [
        ((lambda a, bits: a.max(),), "largest activation is not always"),
        ((lambda a, bits: 6.0,), "ReLU6's ceiling"),
        ((lambda a, bits: np.quantile(a, 0.99),), "does not know how many bits"),
        ((lambda a, bits: np.quantile(a, 0.999),), "does not know how many bits"),
        ((lambda a, bits: 2**bits - 1,), "number of marks"),
        ((lambda a, bits: a.mean(),), "middle of the data"),
        ((lambda a, bits: 2 * a.max(),), "ruler is too long"),
        ((lambda a, bits: 0.1 * a.max(),), "ruler is too short"),
        ((lambda a, bits: np.nan,), "finite number above 0"),
        ((lambda a, bits: -1.0,), "finite number above 0"),
        ((lambda a, bits: grid(a, 8),), "Data: a hill"),
        ((lambda a, bits: grid(a, 2),), "Data: "),
        ((lambda a, bits: grid(a, bits) * np.ones(2),), "it should have shape"),
    ],
    "open_path": [
        ((lambda w: (3.0, np.zeros(len(w))),), "All your biases are 0"),
        ((lambda w: (3.0, 3 + 3 * w),), "Unit 0 of"),
        ((lambda w: (3.0, -3 * w),), "z ≤ 0.*Raise its bias"),
        ((lambda w: (3.0, 6 - 3 * w),), "at the ceiling"),
        ((lambda w: (3.0, 3 - 3 * np.abs(w)),), "z ≤ 0"),
        ((lambda w: (3.0, np.full(len(w), -9.0)),), "of 10, counted from 0"),
        ((lambda w: (1.0, 3 - 3 * w),), "Unit 0 of 10"),
        ((lambda w: (3.0, 3 - 3 * w.mean()),), "Your b has shape"),
        ((lambda w: 3 - 3 * w,), "Return two things"),
        ((lambda w: (np.nan, 3 - 3 * w),), "finite numbers of ordinary size"),
        ((lambda w: (3e9, 3 - 3e9 * w),), "finite numbers of ordinary size"),
        ((lambda w: (3.0, 3 - 3 * np.r_[w[1:], w[:1]]),), "counted from 0"),
    ],
    "stores_right": [
        ((looking(nearest=False),), "compare it with the number at all"),
        ((looking(marks=False),), "unrounded.*a mark"),
        ((looking(low=0.0),), "Look below 0"),
        ((looking(high=1.0),), "Look above the top"),
        ((looking(high=50.0),), "Look far above the top"),
        ((looking(bits=8),), "reject a right store"),
        ((looking(top=6.0),), "Do you use top and bits|rounds a half up"),
        ((exactly,), "reject a right store"),
        (
            (looking(only=lambda top, scale: scale * np.arange(-20.0, 2000.0)),),
            "accept a wrong store: it gives the number back",
        ),
        ((looking(only=lambda top, scale: top * np.array([-1000, -0.5, 0.31, 0.77, 1.6, 1.02, 120, 1000])),), "accept"),
        ((looking(only=lambda top, scale: np.linspace(0.1, 0.9, 2000) * top),), "accept a wrong store"),
        ((lambda store, top, bits: True,), "accept a wrong store: it gives the number back"),
        ((lambda store, top, bits: False,), "reject a right store"),
        ((lambda store, top, bits: None,), "end with return"),
        ((lambda store, top, bits: np.ones(3) > 0,), "True or False"),
    ],
}
