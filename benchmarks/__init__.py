"""Speed and accuracy beside the peers, measured in one run: ``make bench``.

Only ratios carry over to another machine. So each contender is measured in turn, again and again, in one process and
on one thread; what is printed is the median of each and the ratio of the two.
"""
