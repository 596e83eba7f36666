"""The 20 letters of GB/T 4754-2017 and the 13 cities of Jiangsu by GB/T 2260: what every ledger refers to."""

from django.db import migrations

INDUSTRIES = {
    "A": "农、林、牧、渔业",
    "B": "采矿业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "J": "金融业",
    "K": "房地产业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
    "O": "居民服务、修理和其他服务业",
    "P": "教育",
    "Q": "卫生和社会工作",
    "R": "文化、体育和娱乐业",
    "S": "公共管理、社会保障和社会组织",
    "T": "国际组织",
}
REGIONS = {
    "320000": "江苏省",
    "320100": "南京市",
    "320200": "无锡市",
    "320300": "徐州市",
    "320400": "常州市",
    "320500": "苏州市",
    "320600": "南通市",
    "320700": "连云港市",
    "320800": "淮安市",
    "320900": "盐城市",
    "321000": "扬州市",
    "321100": "镇江市",
    "321200": "泰州市",
    "321300": "宿迁市",
}


def write(apps, schema_editor):
    for model, rows in (("Industry", INDUSTRIES), ("Region", REGIONS)):
        table = apps.get_model("associations", model)
        for code, name in rows.items():
            if not table.objects.filter(code=code).exists():
                table.objects.update_or_create(name=name, defaults={"code": code})


def take_back(apps, schema_editor):
    association = apps.get_model("associations", "Association")
    for model, column, rows in (("Industry", "industry", INDUSTRIES), ("Region", "region", REGIONS)):
        used = association.objects.filter(**{f"{column}__isnull": False}).values(f"{column}_id")
        apps.get_model("associations", model).objects.filter(code__in=rows).exclude(pk__in=used).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('associations', '0001_registry'),
    ]

    operations = [
        migrations.RunPython(write, take_back),
    ]
