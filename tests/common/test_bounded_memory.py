"""Values in the memory of a process: bounded, the least recently used goes first."""

from concurrent.futures import ThreadPoolExecutor

from apps.common.bounded_memory import BoundedMemory


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    memory = BoundedMemory[str, str](lambda: 2)
    memory.put("a", "A")
    memory.put("b", "B")
    assert memory.get("a") == "A"
    memory.put("c", "C")
    assert ("a" in memory, "b" in memory, "c" in memory) == (True, False, True)
    assert memory.get("b") is None


def test_sizes_are_added_up_and_a_replaced_value_counts_once() -> None:
    memory = BoundedMemory[str, bytes](lambda: 10, size_of=len)
    memory.put("a", b"1234")
    memory.put("a", b"123456")
    assert memory.size == 6
    memory.put("b", b"12345")
    assert (memory.size, memory.values()) == (5, [b"12345"])
    memory.put("too big", b"x" * 11)
    assert (memory.size, memory.values()) == (0, [])


def test_a_dropped_and_an_emptied_memory_have_no_size() -> None:
    memory = BoundedMemory[int, str](lambda: 5)
    memory.put(1, "one")
    memory.put(2, "two")
    memory.drop(1)
    memory.drop(3)
    assert (memory.size, memory.values()) == (1, ["two"])
    memory.clear()
    assert (memory.size, memory.values()) == (0, [])


def test_threads_at_once_leave_the_right_size() -> None:
    memory = BoundedMemory[int, bytes](lambda: 300, size_of=len)

    def use(seed: int) -> None:
        for number in range(2_000):
            key = (number * seed) % 50
            memory.put(key, b"x" * (key + 1))
            memory.get((key * 7) % 50)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, (1, 3, 7, 11)))
    assert memory.size == sum(map(len, memory.values())) <= 300
