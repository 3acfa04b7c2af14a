"""What the people who keep the portal do: workbooks out and in, new rows, differences, reviews, releases of data.

May import every room but site, commands and what stands above them. Begin with `editing`, then `workbook`.
"""
