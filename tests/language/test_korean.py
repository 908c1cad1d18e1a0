"""The analyser gives the same in any number of threads, and the collector is spared what it gave."""

import gc

from pipeline.language.korean import Korean, load_korean, uncollected

SAID = ["저는 광명시에 삽니다.", "민관협치가 뭐예요?", "십 년이 됐고 회원은 사십 명쯤 됩니다."]


def test_any_number_of_threads_gives_the_same_parses_in_the_same_order() -> None:
    alone, together = Korean((), threads=1), load_korean(threads=2)

    assert list(alone.parse(SAID)) == list(together.parse(SAID))


def test_one_analyser_serves_all_who_leave_the_number_of_threads_open() -> None:
    assert load_korean() is load_korean(threads=0)


def test_what_a_session_leaves_behind_is_old_to_the_collector() -> None:
    with uncollected():
        made = [[number] for number in range(2000)]

    young = {id(one) for generation in (0, 1) for one in gc.get_objects(generation)}
    assert gc.isenabled()
    assert young.isdisjoint(map(id, made))
