"""Each API call of stores' programs, as a row of its day: `calls` makes it, `queue` carries it, `writing` stores it."""
