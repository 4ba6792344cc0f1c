"""Northwind, the sample database: a public subset in SQLite, and the staff's private columns for the HR files."""

from __future__ import annotations

import re
import sqlite3
import struct
from datetime import date
from pathlib import Path

from maker.recipe import Rows

SOURCE = "Northwind"
FIRST_ORDER = "1998-05-01"  # of 830 orders the last month's stay
WRITER = 3040001  # SQLite notes its own version in each file; a fixed one keeps the bytes equal everywhere

SCHEMA = """
CREATE TABLE regions (region_id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE territories (territory_id TEXT PRIMARY KEY, name TEXT NOT NULL,
    region_id INTEGER NOT NULL REFERENCES regions);
CREATE TABLE employees (employee_id INTEGER PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, city TEXT,
    country TEXT, reports_to INTEGER REFERENCES employees);
CREATE TABLE employee_territories (employee_id INTEGER NOT NULL REFERENCES employees,
    territory_id TEXT NOT NULL REFERENCES territories, PRIMARY KEY (employee_id, territory_id));
CREATE TABLE categories (category_id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT);
CREATE TABLE suppliers (supplier_id INTEGER PRIMARY KEY, name TEXT NOT NULL, contact_name TEXT, contact_title TEXT,
    city TEXT, country TEXT, phone TEXT);
CREATE TABLE products (product_id INTEGER PRIMARY KEY, name TEXT NOT NULL,
    supplier_id INTEGER NOT NULL REFERENCES suppliers, category_id INTEGER NOT NULL REFERENCES categories,
    quantity_per_unit TEXT, unit_price NUMERIC, units_in_stock INTEGER, discontinued INTEGER NOT NULL);
CREATE TABLE customers (customer_id TEXT PRIMARY KEY, name TEXT NOT NULL, contact_name TEXT, contact_title TEXT,
    city TEXT, country TEXT, phone TEXT);
CREATE TABLE shippers (shipper_id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT);
CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers,
    employee_id INTEGER NOT NULL REFERENCES employees, shipper_id INTEGER REFERENCES shippers, order_date TEXT,
    shipped_date TEXT, freight NUMERIC);
CREATE TABLE order_lines (order_id INTEGER NOT NULL REFERENCES orders,
    product_id INTEGER NOT NULL REFERENCES products, unit_price NUMERIC, quantity INTEGER, discount NUMERIC,
    PRIMARY KEY (order_id, product_id));
"""

SELECTIONS = {
    "regions": "SELECT region_id, region_description FROM region ORDER BY 1",
    "territories": "SELECT territory_id, trim(territory_description), region_id FROM territories ORDER BY 1",
    "employees": "SELECT employee_id, first_name || ' ' || last_name, title, city, country, reports_to"
    " FROM employees ORDER BY 1",
    "employee_territories": "SELECT employee_id, territory_id FROM employee_territories ORDER BY 1, 2",
    "categories": "SELECT category_id, category_name, description FROM categories ORDER BY 1",
    "suppliers": "SELECT supplier_id, company_name, contact_name, contact_title, city, country, phone"
    " FROM suppliers ORDER BY 1",
    "products": "SELECT product_id, product_name, supplier_id, category_id, quantity_per_unit, round(unit_price, 2),"
    " units_in_stock, discontinued FROM products ORDER BY 1",
    "customers": "SELECT customer_id, company_name, contact_name, contact_title, city, country, phone"
    " FROM customers ORDER BY 1",
    "shippers": "SELECT shipper_id, company_name, phone FROM shippers ORDER BY 1",
    "orders": "SELECT order_id, customer_id, employee_id, ship_via, order_date, shipped_date, round(freight, 2)"
    f" FROM orders WHERE order_date >= '{FIRST_ORDER}' ORDER BY 1",
    "order_lines": "SELECT order_id, product_id, round(unit_price, 2), quantity, round(discount, 2)"
    f" FROM order_details WHERE order_id IN (SELECT order_id FROM orders WHERE order_date >= '{FIRST_ORDER}')"
    " ORDER BY 1, 2",
}

STAFF = """SELECT e.first_name || ' ' || e.last_name, e.title, e.birth_date, e.hire_date, e.city, e.home_phone,
m.first_name || ' ' || m.last_name FROM employees e LEFT JOIN employees m ON m.employee_id = e.reports_to
ORDER BY e.employee_id"""


class Northwind:
    """The whole database in memory."""

    def __init__(self, dump: Path) -> None:
        """Load the PostgreSQL dump; its CREATE and INSERT statements are plain enough for SQLite."""
        text = dump.read_text(encoding="utf-8")
        self._whole = sqlite3.connect(":memory:")
        for statement in re.findall(r"^CREATE TABLE .*?^\);", text, re.M | re.S):
            self._whole.execute(statement)
        for statement in re.findall(r"^INSERT INTO .*\);$", text, re.M):
            self._whole.execute(statement)

    def write(self, path: Path) -> None:
        """Write the public subset.

        Args:
            path: The SQLite file, which must not exist yet.

        Raises:
            ValueError: A row of the subset refers to one that is not in it.
        """
        subset = sqlite3.connect(path)
        subset.executescript(SCHEMA)
        for table, selection in SELECTIONS.items():
            rows = self._whole.execute(selection).fetchall()
            subset.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        subset.commit()
        if broken := subset.execute("PRAGMA foreign_key_check").fetchall():
            raise ValueError(f"rows that refer to nothing: {broken}")
        subset.execute("VACUUM")
        subset.close()
        data = bytearray(path.read_bytes())
        data[96:100] = struct.pack(">I", WRITER)
        path.write_bytes(data)

    def staff(self) -> Rows:
        """Return who works there, with dates of birth and of hire, home phone and manager."""
        head = ["Name", "Title", "Date of birth", "Hire date", "City", "Home phone", "Reports to"]
        return [head] + [
            [name, title, date.fromisoformat(born), date.fromisoformat(hired), city, phone, manager]
            for name, title, born, hired, city, phone, manager in self._whole.execute(STAFF)
        ]

    def notes(self) -> Rows:
        """Return what the personnel file says about each one's education."""
        query = "SELECT first_name || ' ' || last_name, notes FROM employees ORDER BY employee_id"
        return [["Name", "Notes"]] + [[name, " ".join(notes.split())] for name, notes in self._whole.execute(query)]
